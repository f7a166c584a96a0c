/// <reference path="../.sst/platform/config.d.ts" />
import type { Watched } from "./alarms.ts";
import { dashboardBody } from "./dashboard-body.ts";

/** The dashboard. `alarms` are their ARNs. */
export function dashboard(watched: Watched, region: string, alarms: $util.Input<string>[]): void {
  const { named, title } = watched;
  new aws.cloudwatch.Dashboard(named("Dashboard"), {
    dashboardName: title,
    dashboardBody: $jsonStringify(dashboardBody({ ...watched, region, alarms })),
  });
}
