import { invalid } from '../config/invalid.js'
import { chooseDevice, type ChosenDevice } from '../engine/devices.js'
import { chooseRules } from '../onnx/rules/index.js'
import type { EngineChoice } from './options.js'

/**
 * Chooses the device that a run computes on.
 * @throws TrainerError where an option is for the other engine, the device asked for does not work, or a rule is not
 * there
 */
export async function chooseEngineDevice ({
  kind,
  device = 'auto',
  backend,
  without,
}: EngineChoice): Promise<ChosenDevice> {
  if (kind === 'eager' && without !== undefined) {
    throw invalid('--without', 'the compiled engine', 'the eager one, which has no rules')
  }
  // A rule that is not there is refused before the run begins, as a device is.
  chooseRules({ without })
  if (kind === 'compiled' && backend !== undefined) {
    throw invalid('--backend', '--engine eager beside it', 'the compiled engine')
  }
  if (kind === 'compiled') return await chooseDevice(device)
  if (device !== 'auto') throw invalid('--device', 'the compiled engine', 'the eager one, which --backend is for')
  return { device: 'cpu' }
}
