import { labForFile } from "../lab-for-file.ts";

/** The lab of status.test.ts and of what it runs beside itself: to bring up another would take longer than the tests. */
export const lab = labForFile();
