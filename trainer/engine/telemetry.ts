// ONNX Runtime reports usage to its makers unless told otherwise before it loads. What is trained here is nobody's
// business.
process.env.ORT_DISABLE_TELEMETRY ??= '1'
