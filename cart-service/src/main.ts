import { runProcess } from '@micromall/platform';
import { startCartService } from './service.js';

await runProcess(startCartService);
