import { runProcess } from '@micromall/platform';
import { startAuthService } from './service.js';

await runProcess(startAuthService);
