import type { Infrastructure } from "./infrastructure.ts";
import type { SynthOptions } from "./synth.ts";

/** What must be found nowhere but where it is linked. */
export const WEBHOOK = "https://hooks.slack.test/services/T000/B000/MARKER4711";

export const BOT_TOKEN = "xoxb-MARKER4712";

export const SLACK_RULES = '[{"prefix": "team-a/", "outcomes": ["failed"], "channel": "#team-a"}]';

export const ALLOWED_APIS = '{"prefixes": {"team-a/": ["a1b2c3d4e5"]}, "accounts": {"111122223333": ["*"]}}';

export const WITHDRAWAL_LIMITS = '{"documents": 100, "responses": 1000}';

/** As it comes, with a webhook; and as a bot, with everything set that an operator can set. */
export const STAGES = {
  dev: { stage: "dev", secrets: { SlackWebhookUrl: WEBHOOK } },
  production: {
    stage: "production",
    secrets: { SlackBotToken: BOT_TOKEN },
    settings: {
      SPECDROP_SUBMITTER_ACCOUNTS: "111122223333, 444455556666",
      SPECDROP_SUBMITTER_ORGANIZATIONS: "o-a1b2c3d4e5",
      SPECDROP_API_IDS: "a1b2c3d4e5,f6g7h8i9j0",
      SPECDROP_ALARM_EMAILS: "operators@example.com",
      SPECDROP_ALLOWED_APIS: ALLOWED_APIS,
      SPECDROP_WITHDRAWAL_LIMITS: WITHDRAWAL_LIMITS,
      SPECDROP_WITHDRAW_AFTER_SECONDS: "60",
      SPECDROP_SLACK_CHANNEL: "#specs",
      SPECDROP_SLACK_RULES: SLACK_RULES,
      SPECDROP_SLACK_LINKS: '{"api": ""}',
      SPECDROP_SLACK_ALARMS: "#on-call",
      SPECDROP_RUNBOOK: "https://docs.example.com/operate",
    },
  },
} as const satisfies Record<string, SynthOptions>;

export const FUNCTIONS = ["Intake", "Notify", "Reconcile", "Sweep"] as const;
/** Those that events or a schedule invoke, each with a queue for what it failed on; the others take from a queue only. */
export const ASYNCHRONOUS = ["Intake", "Sweep"] as const;
/** Where work is kept that was given up. */
export const FAILURES = ["DelayedSignalsFailures", "IntakeFailures", "NotifyFailures", "SweepFailures"] as const;

export type Stages = Readonly<Record<keyof typeof STAGES, Infrastructure>>;
