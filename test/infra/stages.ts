import type { Infrastructure } from "./infrastructure.ts";
import type { SynthOptions } from "./synth.ts";

/** What must be found nowhere but where it is linked. */
export const WEBHOOK = "https://hooks.slack.test/services/T000/B000/MARKER4711";

const secrets = { SlackWebhookUrl: WEBHOOK };

/** As it comes, and with everything set that an operator can set. */
export const STAGES = {
  dev: { stage: "dev", secrets },
  production: {
    stage: "production",
    secrets,
    settings: {
      SPECDROP_SUBMITTER_ACCOUNTS: "111122223333, 444455556666",
      SPECDROP_SUBMITTER_ORGANIZATIONS: "o-a1b2c3d4e5",
      SPECDROP_API_IDS: "a1b2c3d4e5,f6g7h8i9j0",
      SPECDROP_ALARM_EMAILS: "operators@example.com",
    },
  },
} as const satisfies Record<string, SynthOptions>;

export const FUNCTIONS = ["Intake", "Notify", "Reconcile"] as const;
/** Those that events invoke, each with a queue for what it failed on; reconcile takes from a queue. */
export const ASYNCHRONOUS = ["Intake", "Notify"] as const;

export type Stages = Readonly<Record<keyof typeof STAGES, Infrastructure>>;
