import { runProcess } from '@micromall/platform/process';
import { startStripeSandbox } from './service.js';

await runProcess(startStripeSandbox);
