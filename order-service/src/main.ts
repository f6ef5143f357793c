import { runProcess } from '@micromall/platform';
import { startOrderService } from './service.js';

await runProcess(startOrderService);
