/**
 * Why the command ends without a report.
 *
 * @module
 */

/** Why the command ends without a report: it is said in one or two lines, and the exit code is 2. */
export class Usage {
  constructor(readonly message: string) {}
}
