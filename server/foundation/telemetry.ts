// ONNX Runtime reports usage to its makers unless told otherwise before it loads. It loads in the workers, whose
// environment is a copy: so here.
process.env.ORT_DISABLE_TELEMETRY ??= '1'
