import yoctoSpinner from "yocto-spinner";
import { formatElapsed } from "./elapsed.ts";

/** A line that moves while something is being waited for. */
export interface Spinner {
  /** Other words, and the time counted anew. */
  show(text: string): void;
  stop(): void;
}

/** Shorter waits need no clock. */
const SOON_MS = 1_000;

/** Shows `text` and how long it has been true. */
export function openSpinner(stream: NodeJS.WriteStream, text: string): Spinner {
  let shown = text;
  let since = performance.now();
  // A Ctrl-C is for the command to handle: it lets the change under way end.
  const spinner = yoctoSpinner({ text, stream, handleSignals: false }).start();
  const clock = setInterval(() => {
    const elapsedMs = performance.now() - since;
    // Several lines say themselves for how long each is true.
    if (elapsedMs >= SOON_MS && !shown.includes("\n")) spinner.text = `${shown}  ${formatElapsed(elapsedMs)}`;
  }, SOON_MS / 4);
  const stop = () => {
    clearInterval(clock);
    process.off("exit", stop);
    spinner.stop();
  };
  // Gives the cursor back even where the process is ended at once.
  process.on("exit", stop);
  return {
    show(next) {
      if (next === shown) return;
      shown = next;
      since = performance.now();
      spinner.text = next;
    },
    stop,
  };
}
