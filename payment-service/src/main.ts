import { runProcess } from '@micromall/platform';
import { startPaymentService } from './service.js';

await runProcess(startPaymentService);
