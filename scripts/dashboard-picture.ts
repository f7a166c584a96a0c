/*
 * Draws the dashboard into docs/images/dashboard.svg: `npm run dashboard-picture`. The widgets are those that are deployed;
 * the numbers are made up.
 */
import { writeFileSync } from "node:fs";
import { PICTURE, picture } from "./dashboard-picture/picture.ts";

writeFileSync(PICTURE, picture());
