/** A call that EventBridge refuses; `name` is the exception's. */
export class EventBridgeError extends Error {
  override readonly name: string;

  constructor(name: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = name;
  }
}
