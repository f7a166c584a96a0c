/** The Description of an API that nobody created here and that is taken to exist elsewhere. */
export const TAKEN_TO_EXIST = "Nobody created this API here; the embedded stack assumes that it exists.";
