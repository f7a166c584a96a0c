import fc from "fast-check";

/**
 * Properties run on the same values every time, so that a red build is the fault of the change it is about. Another
 * seed looks elsewhere: `FAST_CHECK_SEED=$RANDOM npm run test:unit`.
 */
const seed = Number(process.env["FAST_CHECK_SEED"] ?? 1);
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
