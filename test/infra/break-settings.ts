/** Breaks a table of infra/settings.ts in the process that runs the tests, where break-config.ts asks for it. */
import { CHECKS, READERS, SECRETS } from "../../infra/settings.ts";

const broken = process.env["SPECDROP_BROKEN_SETTING"];
if (broken !== undefined) new Function("CHECKS", "READERS", "SECRETS", broken)(CHECKS, READERS, SECRETS);
