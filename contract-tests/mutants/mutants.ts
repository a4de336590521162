/**
 * Servers that are each broken in one way, made from a declaration: every kind of filter has its own. They are what the checks
 * are checked with: a mutant that survives is a fault that nobody would have been told of.
 *
 * @module
 */
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import type { Fault } from "./faults.ts"
import { faultsOf } from "./faults.ts"
import type { Row, Steps } from "./server.ts"
import { healthy } from "./server.ts"

/** A broken server. */
export interface Mutant {
  /** The filter, or the operation, and what is wrong with it. */
  readonly name: string
  /** Each of these must fail. */
  readonly caughtBy: readonly [string, ...ReadonlyArray<string>]
  /** Its steps, made anew for each server. */
  readonly steps: () => Partial<Steps>
}

const toMutant = (name: string, { breaks, caughtBy, holds, same }: Fault): Mutant => ({
  name: breaks,
  caughtBy,
  steps: () => ({
    ...(same !== undefined && {
      same: (asked, stored, filter) => filter === name ? same(asked, stored) : healthy.same(asked, stored, filter)
    }),
    ...(holds !== undefined && {
      holds: (other, filter, value, row, steps) =>
        other === name ? holds(value, row, filter) : healthy.holds(other, filter, value, row, steps)
    })
  })
})

/** Only some of the filters of a question count. */
const keeping = (keep: (names: ReadonlyArray<string>) => ReadonlyArray<string>): Mutant["steps"] => () => ({
  select: (query, ...rest) => {
    const kept = keep(Object.keys(query))
    return healthy.select(Object.fromEntries(Object.entries(query).filter(([name]) => kept.includes(name))), ...rest)
  }
})

const selecting = (change: (rows: ReadonlyArray<Row>, size: number) => ReadonlyArray<Row>): Mutant["steps"] => () => ({
  select: (query, ...rest) => change(healthy.select(query, ...rest), Object.keys(query).length)
})

/** What can be wrong with an operation, whatever its filters are. */
export const mutantsOfOperation = (operation: Operation): ReadonlyArray<Mutant> => [
  {
    name: "the first of two filters is left out",
    caughtBy: ["filter_conjunction"],
    steps: keeping((names) => names.slice(-1))
  },
  {
    name: "a third filter is left out",
    caughtBy: ["filter_conjunction"],
    steps: keeping((names) => names.slice(0, 2))
  },
  {
    name: "two filters find nothing",
    caughtBy: ["filter_conjunction"],
    steps: selecting((rows, size) => size > 1 ? [] : rows)
  },
  {
    name: "the last item is missing",
    caughtBy: ["filter_completeness"],
    steps: selecting((rows, size) => size === 0 ? rows : rows.slice(0, -1))
  },
  {
    name: "the first item is listed twice",
    caughtBy: ["no_duplicates"],
    steps: selecting((rows) => [...rows.slice(0, 1), ...rows])
  },
  {
    name: "what finds nothing lists everything",
    caughtBy: ["unknown_value_finds_nothing"],
    steps: () => ({
      select: (query, data, ...rest) => {
        const rows = healthy.select(query, data, ...rest)
        return rows.length > 0 ? rows : data.own
      }
    })
  },
  {
    name: "any filter may hold",
    caughtBy: ["filter_conjunction", "filter_monotonicity"],
    steps: () => ({
      select: (query, { own }, { filters }, steps) =>
        own.filter((row) => {
          const names = Object.entries(query).filter(([name]) => (filters[name]?.kind ?? "limit") !== "limit")
          return names.length === 0 || names.some(([name, value]) => {
            const filter = filters[name]
            return filter !== undefined && steps.holds(name, filter, value, row, steps)
          })
        })
    })
  },
  {
    name: "the order of an answer to a filter changes from answer to answer",
    caughtBy: ["order_stability"],
    steps: () => {
      let turn = 0
      let most = 0
      return {
        select: (query, ...rest) => {
          const rows = healthy.select(query, ...rest)
          most = Math.max(most, rows.length)
          const at = rows.length < most ? ++turn % Math.max(1, rows.length) : 0
          return [...rows.slice(at), ...rows.slice(0, at)]
        }
      }
    }
  },
  ...(operation.tenant === undefined ? [] : [{
    name: "other tenants' items are found",
    caughtBy: ["no_cross_tenant_leak"],
    steps: () => ({
      select: (query, { others, own }, ...rest) => healthy.select(query, { own: [...own, ...others], others }, ...rest)
    })
  }] satisfies ReadonlyArray<Mutant>),
  ...(operation.required.length === 0 ? [] : [{
    name: "a filter that has to be given may be left out",
    caughtBy: ["required_filters"],
    steps: () => ({ admits: () => true })
  }] satisfies ReadonlyArray<Mutant>),
  ...(operation.pages === undefined ? [] : [
    {
      name: "the filters are forgotten from the second page on",
      caughtBy: ["filter_soundness"],
      steps: () => ({ onwards: () => ({}) })
    },
    {
      name: "pages overlap",
      caughtBy: ["no_duplicates"],
      steps: () => ({ page: (rows, from, size) => rows.slice(Math.max(0, from - 1), from + size) })
    },
    {
      name: "an item is lost between two pages",
      caughtBy: ["filter_completeness"],
      steps: () => ({ page: (rows, from, size) => rows.slice(from > 0 ? from + 1 : from, from + size) })
    }
  ] satisfies ReadonlyArray<Mutant>)
]

const ofLimit: ReadonlyArray<Mutant> = [
  { name: "limit is left out", caughtBy: ["limit_prefix"], steps: () => ({ limit: (rows) => rows }) },
  {
    name: "limit gives one more",
    caughtBy: ["limit_prefix"],
    steps: () => ({ limit: (rows, count) => rows.slice(0, count + 1) })
  },
  {
    name: "limit gives one less",
    caughtBy: ["limit_prefix"],
    steps: () => ({ limit: (rows, count) => rows.slice(0, count - 1) })
  },
  {
    name: "limit gives the last",
    caughtBy: ["limit_prefix"],
    steps: () => ({ limit: (rows, count) => rows.slice(-count) })
  }
]

/** All that a declaration makes, over some data: for the operation, and for each of its filters. */
export const mutantsOf = (operation: Operation, rows: ReadonlyArray<Row>): ReadonlyArray<Mutant> => [
  ...Operations.selecting(operation)
    .flatMap(([name, filter]) => faultsOf(name, filter, rows).map((fault) => toMutant(name, fault))),
  ...Operations.selecting(operation).map(([name]): Mutant => ({
    name: `${name} is left out beside another filter`,
    caughtBy: ["filter_conjunction"],
    steps: keeping((names) => names.length > 1 ? names.filter((other) => other !== name) : names)
  })),
  ...mutantsOfOperation(operation),
  ...(Object.values(operation.filters).some(({ kind }) => kind === "limit") ? ofLimit : [])
]
