/** The parts of a moment as a reader's clock has them. */
interface ClockParts {
  readonly year: number;
  /** 0 is January. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Where times are read: on this machine, or in UTC. Times are ISO 8601. */
export interface PageClock {
  /** What stands behind a time that has to say whose it is: ` UTC`, or nothing. */
  readonly suffix: string;
  read(time: string): ClockParts;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A file is read anywhere, so its times are in UTC. */
export const UTC_CLOCK: PageClock = { suffix: " UTC", read: (time) => partsOf(time, 0) };

/** The clock of the machine that renders. */
export const LOCAL_CLOCK: PageClock = {
  suffix: "",
  read: (time) => partsOf(time, new Date(time).getTimezoneOffset()),
};

/** `offset` is how many minutes the clock is behind UTC. */
function partsOf(time: string, offset: number): ClockParts {
  const shifted = new Date(Date.parse(time) - offset * 60_000).toISOString();
  const [year = 0, month = 1, day = 0, hour = 0, minute = 0, second = 0] = shifted.split(/\D/).map(Number);
  return { year, month: month - 1, day, hour, minute, second };
}

/** `14:31:52` on the day of `now`, `29 Nov 17:20` before it, `29 Nov 2025` in another year. */
export function shortTime(time: string, now: string, clock: PageClock): string {
  const [at, today] = [clock.read(time), clock.read(now)];
  const date = `${at.day} ${MONTHS[at.month]}`;
  if (at.year !== today.year) return `${date} ${at.year}`;
  if (at.month !== today.month || at.day !== today.day) return `${date} ${two(at.hour)}:${two(at.minute)}`;
  return `${two(at.hour)}:${two(at.minute)}:${two(at.second)}`;
}

/** `30 Nov 2026, 14:32 UTC`. */
export function fullTime(time: string, clock: PageClock): string {
  const { year, month, day, hour, minute } = clock.read(time);
  return `${day} ${MONTHS[month]} ${year}, ${two(hour)}:${two(minute)}${clock.suffix}`;
}

/** `2 min ago`; what is older than a day is said as a time. */
export function agoTime(time: string, now: string, clock: PageClock): string {
  const seconds = Math.max(0, Math.round((Date.parse(now) - Date.parse(time)) / 1_000));
  if (seconds < 60) return "now";
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return shortTime(time, now, clock);
}

/** `since 13:58`. */
export function sinceTime(time: string, now: string, clock: PageClock): string {
  const said = shortTime(time, now, clock);
  return `since ${/^\d\d:\d\d:\d\d$/.test(said) ? said.slice(0, 5) : said}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
