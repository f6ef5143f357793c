import { runProcess } from '@micromall/platform';
import { startStripeSandbox } from './service.js';

await runProcess(startStripeSandbox);
