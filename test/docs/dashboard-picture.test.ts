import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ALARMS } from "../../infra/alarm-table.ts";
import { PICTURE, picture } from "../../scripts/dashboard-picture/picture.ts";

test("the picture of the dashboard shows the dashboard as it is (npm run dashboard-picture draws it)", () => {
  expect(readFileSync(PICTURE, "utf8")).toBe(picture());
  for (const id of Object.keys(ALARMS)) expect(picture()).toContain(`>${id.replace(/Alarm$/, "")}</text>`);
});
