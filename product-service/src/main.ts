import { runProcess } from '@micromall/platform';
import { startProductService } from './service.js';

await runProcess(startProductService);
