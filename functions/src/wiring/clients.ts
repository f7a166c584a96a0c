/** Where AWS is. Everything is optional: without it, the SDK reads its own environment and configuration. */
export interface ClientSettings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** An endpoint that is given serves every bucket under one host name. */
export function s3Settings(settings: ClientSettings): ClientSettings & { readonly forcePathStyle: boolean } {
  return { ...settings, forcePathStyle: settings.endpoint !== undefined };
}
