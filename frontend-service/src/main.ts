import { runProcess } from '@micromall/platform';
import { startFrontendService } from './service.js';

await runProcess(startFrontendService);
