import assert from "node:assert/strict"
import { bundle } from "./bundle.ts"

for (const path of ["worker/index.ts", "list-worker/index.ts"]) {
  Deno.test(`the modules of ${path} load without stack traces, and leave them as they were`, async () => {
    const { code } = await bundle(new URL(`../examples/${path}`, import.meta.url).pathname)
    const own = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit")
    for (const before of [7, undefined]) {
      const seen: Array<unknown> = []
      let limit: unknown = before
      Object.defineProperty(Error, "stackTraceLimit", {
        configurable: true,
        get: () => {
          seen.push(limit)
          return limit
        },
        set: (value) => {
          limit = value
        }
      })
      try {
        await import(`data:text/javascript,${encodeURIComponent(`${code}// ${before}`)}`)
      } finally {
        if (own !== undefined) Object.defineProperty(Error, "stackTraceLimit", own)
      }
      assert.equal(limit, before)
      // The Worker's own look at what was there, and then Effect's.
      assert.deepEqual([seen[0], ...new Set(seen.slice(1))], [before, 0])
    }
  })
}
