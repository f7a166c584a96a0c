export {
  type Acceptance,
  type AcceptPorts,
  acceptDocument,
  type DocumentText,
  withdrawDocument,
} from "./intake/accept.ts";
export { type Envelope, parseEnvelope } from "./intake/envelope.ts";
export { subjectOfEvent } from "./intake/event-subject.ts";
export { type Intake, type IntakePorts, intakeObjectEvent } from "./intake/object.ts";
export { type ObjectEvent, parseObjectEvent } from "./intake/object-event.ts";
export { intakeSubmitted, intakeWithdrawn, type Submission, type SubmissionPorts } from "./intake/submission.ts";
