/** A plugin of nothing: what the runtime holds without one is measured with it. */
export default {};
