/**
 * The catalogue of checks: closed, each with a name and one sentence that says what it guards.
 *
 * @module
 */
import type { Check } from "../engine/Check.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import * as Credentials from "./credentials.ts"
import * as Everywhere from "./everywhere.ts"
import * as Isolation from "./isolation.ts"
import * as Known from "./known.ts"
import * as Limits from "./limits.ts"
import * as Shape from "./shape.ts"
import * as Single from "./single.ts"
import * as Spelling from "./spelling.ts"
import * as Stability from "./stability.ts"
import * as Together from "./together.ts"

type About = Pick<Check, "allowedBy" | "lacks" | "last" | "needs" | "unchecked">

const check =
  (kind: Check["kind"]) =>
  (name: string, sentence: string, properties: Check["properties"], about: About = {}): Check => ({
    name,
    kind,
    sentence,
    properties,
    ...about
  })

const shape = check("shape")
const meaning = check("meaning")

/** What holds for every answer is reported after all of them. */
const ofEvery = (name: string): Check["properties"] => Everywhere.everywhere(name)

const several = (operation: Operation): boolean => Operations.selecting(operation).length > 1

/** Every check that follows from a declaration, in the order in which they run. */
export const checks: ReadonlyArray<Check> = [
  shape(
    "not_a_server_error",
    "Every request, however odd, gets an answer, and never a server error.",
    Shape.notAServerError
  ),
  shape("status_code_conformance", "The statuses are those that the contract declares.", Shape.statusCodeConformance),
  shape("content_type_conformance", "Items come as application/json.", Shape.contentTypeConformance),
  shape(
    "negative_data_rejection",
    "What the contract doesn't allow is refused.",
    Shape.negativeDataRejection,
    { allowedBy: ({ by }) => by !== "query" }
  ),
  shape(
    "required_filters",
    "Without a filter that has to be given there is no answer.",
    Shape.requiredFilters,
    { allowedBy: ({ required }) => required.length > 0 }
  ),
  shape("positive_data_acceptance", "What the contract allows is accepted.", Shape.positiveDataAcceptance),
  shape(
    "unsupported_method",
    "Methods other than the contract's do nothing.",
    Shape.unsupportedMethod,
    { allowedBy: ({ refuses }) => refuses.length > 0 }
  ),
  shape(
    "ignored_auth",
    "Without a right credential there is no answer.",
    Credentials.ignoredAuth,
    { allowedBy: ({ credentials }) => credentials !== undefined, needs: Credentials.withoutCredential }
  ),
  meaning(
    "oracle",
    "The answer to any filter is what the declaration selects from the known items.",
    Known.oracle,
    {
      needs: ({ target }) => target.items === undefined ? "the items of the target are not known (items)" : undefined
    }
  ),
  meaning("filter_soundness", "No item is listed that the filter doesn't ask for.", Single.soundness),
  meaning("filter_completeness", "No item is left out that the filter asks for.", Single.completeness),
  meaning("filter_conjunction", "Several filters must all hold.", Together.conjunction, { allowedBy: several }),
  meaning("filter_monotonicity", "A further filter never adds an item.", Together.monotonicity, { allowedBy: several }),
  meaning(
    "empty_filter_identity",
    "No filter means every item, whatever a filter finds among them.",
    Single.emptyFilter
  ),
  meaning(
    "partition",
    "The items without a value and those of each value make up the whole, and don't overlap.",
    Single.partition,
    { allowedBy: Single.hasPartition }
  ),
  meaning(
    "limit_prefix",
    "A limit gives the first items of the same list.",
    Limits.limits,
    { allowedBy: Limits.hasLimit }
  ),
  meaning("idempotence", "The same request gets the same items again.", Stability.idempotence),
  meaning("order_stability", "The same request gets its items in the same order again.", Stability.orderStability, {
    lacks: Stability.withoutOrder
  }),
  meaning("parameter_order_irrelevance", "The order of the filters means nothing.", Together.parameterOrder, {
    allowedBy: several
  }),
  meaning("concurrent_requests", "Requests in flight together get each its own answer.", Stability.concurrentRequests),
  meaning(
    "request_equivalence",
    "The same question, however it is written, gets the same items, or a refusal.",
    Spelling.requestEquivalence,
    { lacks: Spelling.withoutSpellings }
  ),
  meaning(
    "unknown_value_finds_nothing",
    "A value that no item has finds no item.",
    Single.unknownValue,
    { allowedBy: Single.hasText, lacks: Single.withoutText }
  ),
  meaning(
    "reading_conformance",
    "The open points of the contract are read as expected.",
    Known.readingConformance,
    { needs: ({ expected }) => Object.keys(expected).length > 0 ? undefined : "no reading is expected (expected)" }
  ),
  shape(
    "response_schema_conformance",
    "The body of a 200 is what the document says.",
    ofEvery("response_schema_conformance"),
    { allowedBy: ({ document }) => document !== undefined, unchecked: Shape.uncheckedKeywords, last: true }
  ),
  shape("success_flag", "An answer with items says that it is a success.", ofEvery("success_flag"), {
    allowedBy: ({ items }) => items !== "",
    lacks: Everywhere.withoutFlag,
    last: true
  }),
  meaning(
    "no_cross_tenant_leak",
    "A credential never sees another tenant's items.",
    Isolation.noCrossTenantLeak,
    { allowedBy: Everywhere.hasTenants, needs: Isolation.withoutTenants, last: true }
  ),
  meaning(
    "item_consistency",
    "An item is the same, field for field, in every answer that has it.",
    ofEvery("item_consistency"),
    { last: true }
  ),
  meaning("no_duplicates", "No item is in an answer twice.", ofEvery("no_duplicates"), { last: true })
]
