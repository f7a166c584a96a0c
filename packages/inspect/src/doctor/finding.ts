/** A place in the way of a message and its answer where something is amiss. */
export interface DoctorFinding {
  /** `break`: something never gets through. `risk`: some of it may not. `remark`: nothing is lost. */
  readonly level: "break" | "risk" | "remark";
  /**
   * How sure it is. `certain`: AWS documents it, and it is so for every message. `likely`: it depends on what the backend
   * answers, or on what AWS is seen to do. `unknown`: it cannot be seen from here, or AWS documents it nowhere.
   */
  readonly certainty: "certain" | "likely" | "unknown";
  readonly part: "api" | "route" | "integration" | "integrationResponse" | "routeResponse" | "stage";
  /** Which one: a route's key, an id, a stage's name. */
  readonly subject: string;
  /** Of what concerns a route: commands name it by its id. */
  readonly routeId?: string;
  /** Whose responses it concerns; absent where it is about the API, a stage, every client or a route that leads nowhere. */
  readonly integrationId?: string;
  readonly problem: string;
  readonly help: string;
}

/** Whether a finding alone says that the API does not do what it should. */
export function isCertainBreak({ level, certainty }: DoctorFinding): boolean {
  return level === "break" && certainty === "certain";
}
