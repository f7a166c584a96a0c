import type { ControlPlane, Gateway, ResponseCalls } from "@specdrop/engine";
import { DeadlineReachedError } from "@specdrop/engine/errors";
import type { CommandInterruption } from "../terminal/interruption.ts";

interface Aws {
  readonly controlPlane: ControlPlane;
  readonly gateway: Gateway;
}

/** AWS, and whether anything was sent to it yet that may change something. */
interface StoppableAws extends Aws {
  isWriting(): boolean;
}

/**
 * The same AWS for a command that may be interrupted: before its first write, an interruption ends every read at once, with
 * a `DeadlineReachedError`. Afterwards reads belong to a change, and go on.
 */
export function stopReading(
  { controlPlane, gateway }: Aws,
  { requests }: Pick<CommandInterruption, "requests">,
): StoppableAws {
  let isWriting = false;
  async function read<T>(result: Promise<T>): Promise<T> {
    if (isWriting) return await result;
    const stopped = Promise.withResolvers<never>();
    const stop = () => {
      if (!isWriting) stopped.reject(new DeadlineReachedError());
    };
    requests.addEventListener("abort", stop);
    if (requests.aborted) stop();
    try {
      return await Promise.race([result, stopped.promise]);
    } finally {
      requests.removeEventListener("abort", stop);
    }
  }
  function write<T>(send: () => Promise<T>): Promise<T> {
    isWriting = true;
    return send();
  }
  function stoppable<On, Live, Model>(calls: ResponseCalls<On, Live, Model>): ResponseCalls<On, Live, Model> {
    return {
      list: (...args) => read(calls.list(...args)),
      get: (...args) => read(calls.get(...args)),
      followCreate: (...args) => read(calls.followCreate(...args)),
      followWrite: (...args) => read(calls.followWrite(...args)),
      create: (...args) => write(() => calls.create(...args)),
      delete: (...args) => write(() => calls.delete(...args)),
    };
  }
  const { routeResponses } = controlPlane;
  return {
    isWriting: () => isWriting,
    controlPlane: {
      ...stoppable(controlPlane),
      untilQuiet: (...args) => read(controlPlane.untilQuiet(...args)),
      time: () => controlPlane.time(),
      update: (...args) => write(() => controlPlane.update(...args)),
      routeResponses: {
        ...stoppable(routeResponses),
        listRoutes: (...args) => read(routeResponses.listRoutes(...args)),
      },
    },
    gateway: {
      getApi: (...args) => read(gateway.getApi(...args)),
      getIntegration: (...args) => read(gateway.getIntegration(...args)),
      listIntegrations: (...args) => read(gateway.listIntegrations(...args)),
      listRoutes: (...args) => read(gateway.listRoutes(...args)),
      listRouteResponses: (...args) => read(gateway.listRouteResponses(...args)),
      getStage: (...args) => read(gateway.getStage(...args)),
      listStages: (...args) => read(gateway.listStages(...args)),
      createDeployment: (...args) => write(() => gateway.createDeployment(...args)),
    },
  };
}

/** What to say to somebody who asks to stop. */
export function stoppingNote({ isWriting }: Pick<StoppableAws, "isWriting">): string {
  return isWriting()
    ? "Stopping after the change in progress. Press Ctrl-C again to stop at once."
    : "Stopping. Nothing was changed: AWS was only read so far.";
}

export const GRACE_IS_OVER =
  "Ending now. The ledger has the requests that AWS accepted; the next run asks for their results.";
