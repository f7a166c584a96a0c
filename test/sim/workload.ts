import { formatNaturalKey, type IntegrationResponseName } from "@specdrop/engine";
import { type Content, type DeclaredResponse, type Library, NO_CONTENT, type Properties, placeOf } from "./content.ts";
import { addRoute, createMeddler } from "./meddler.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Prng } from "./prng.ts";
import { BUCKET } from "./s3.ts";
import type { World } from "./world.ts";

/** A document that people work on. */
interface Author {
  /** Of the object, or the path of the file. */
  key: string;
  /** Applied from the command line. */
  readonly isFile?: true;
  /** Sent as events to intake, instead of dropped as a file. */
  source?: { readonly name: string; readonly source: string };
  content?: Content;
}

export interface Workload {
  readonly library: Library;
  /** One random act of somebody who writes documents. */
  readonly act: () => void;
  /** One random act of somebody else in the AWS account. */
  readonly interfere: () => void;
  /** Drops a document's content; without one, removes the document. */
  readonly drop: (key: string, content: Content | undefined) => void;
}

const SOURCE = "com.shop";
const APIS = ["apione", "apitwo"] as const;
const INTEGRATIONS = ["int1", "int2"] as const;
const KEYS = ["/200/", "/4../", "$default"] as const;
const MORE_KEYS = ["/1/", "/2/", "/3/", "/5/", "/6/", "/7/", "/8/", "/9/"] as const;
const MANY_KEYS = Array.from({ length: 30 }, (_, index) => `/1${index + 10}/`);
const LOGICAL_IDS = ["ok", "bad", "rest", "more", "other", "extra"] as const;

export function createWorkload(world: World, pipeline: Pipeline, library: Library): Workload {
  const { workload: random, faults, trace, scheduler } = world;
  const { documents, files, renames, moves } = faults.profile;
  const authors = makeAuthors(random, documents, files);
  const apis = APIS.slice(0, 1 + random.int(2));
  const { wide, crowded } = faults.profile;
  const keys = [...KEYS, ...(wide ? MORE_KEYS : []), ...(crowded ? MANY_KEYS : [])];
  const integrations = crowded ? INTEGRATIONS.slice(0, 1) : INTEGRATIONS;
  let values = 0;
  let renamed = 0;
  if (faults.profile.twoWay) {
    for (const apiId of apis) {
      for (const integrationId of integrations)
        addRoute(world, pipeline.cloud, apiId, integrationId, `send-${integrationId}`);
      addRoute(world, pipeline.cloud, apiId, integrations[0], "$connect");
    }
  }

  function anyKey(): IntegrationResponseName {
    return {
      ApiId: random.pick(apis),
      IntegrationId: random.pick(integrations),
      IntegrationResponseKey: random.pick(keys),
    };
  }

  function anyProperties(): Properties {
    values += 1;
    // A character of three bytes, so that whoever counts characters is wrong.
    const isHeavy = faults.profile.heavy && random.chance(0.5);
    const text = (characters: number) => "\u4e2d".repeat(characters);
    const filler = isHeavy ? text(32_000) : "";
    // With one more of them a response is as large as it may be; with two, an item cannot hold it.
    const last = isHeavy && random.chance(0.5) ? random.pick([[28_000], [32_000, 10_000]]) : [];
    const [three, four] = last.map(text);
    const fillers = isHeavy ? { one: filler, two: filler, ...(three && { three }), ...(four && { four }) } : {};
    const templates = random.chance(0.15)
      ? {}
      : { "200": `v${values}${filler}`, ...fillers, ...(random.chance(0.4) && { other: "x" }) };
    return {
      ...(random.chance(0.8) && { ResponseTemplates: templates }),
      ...(random.chance(0.3) && { ResponseParameters: { "method.response.header.a": `'v${values}'` } }),
      ...(random.chance(0.3) && { TemplateSelectionExpression: random.chance(0.1) ? "" : `v${values}` }),
      ...(random.chance(0.2) && { ContentHandlingStrategy: random.pick(["CONVERT_TO_TEXT", "CONVERT_TO_BINARY"]) }),
    };
  }

  function anyResponse(taken: readonly DeclaredResponse[]): DeclaredResponse | undefined {
    const key = anyKey();
    if (taken.some((other) => formatNaturalKey(other) === formatNaturalKey(key))) return undefined;
    const ids = [...LOGICAL_IDS, ...taken.map((_, index) => `one${index}`)];
    const logicalId = ids.find((id) => taken.every((other) => other.logicalId !== id)) ?? "last";
    const present = pipeline.cloud.live().find((live) => live.key === formatNaturalKey(key));
    const properties = present !== undefined && random.chance(0.3) ? writable(present.properties) : anyProperties();
    return {
      ...key,
      logicalId,
      properties,
      adopt: random.chance(0.3),
      retain: random.chance(0.15),
      erase: random.chance(0.2),
    };
  }

  function grown(responses: readonly DeclaredResponse[]): readonly DeclaredResponse[] {
    const added = anyResponse(responses);
    return added === undefined ? responses : [...responses, added];
  }

  function anyContent(): Content {
    let responses: readonly DeclaredResponse[] = [];
    for (let count = 1 + random.int(faults.profile.resources); count > 0; count -= 1) responses = grown(responses);
    // Where several sweeps look for drift at once, most of it is to be repaired.
    const repairs = random.chance(faults.profile.patrols > 0 ? 0.7 : 0.3);
    const flags = { dryRun: random.chance(0.07), repairs, deploys: random.chance(0.3) };
    const isTwoWay = faults.profile.twoWay && random.chance(0.6);
    return { broken: false, ...flags, ...(isTwoWay && { twoWay: true }), responses };
  }

  /** Most of it goes at once; now and then that is meant. */
  function shrunk({ allowDeletions: _, ...content }: Content): Content {
    const responses = content.responses.slice(0, random.int(5));
    return { ...content, responses, ...(random.chance(0.5) && { allowDeletions: random.pick([5, 40]) }) };
  }

  const turned = (content: Content): Content => ({ ...content, twoWay: !content.twoWay });

  const edits: readonly ((content: Content) => Content)[] = [
    (content) => changeOne(random, content, (one) => ({ ...one, properties: anyProperties() })),
    (content) => changeOne(random, content, (one) => ({ ...one, properties: anyProperties() })),
    (content) => changeOne(random, content, (one) => ({ ...one, logicalId: `${one.logicalId}X` })),
    (content) => changeOne(random, content, (one) => ({ ...one, adopt: true })),
    (content) => changeOne(random, content, (one) => ({ ...one, retain: !one.retain })),
    (content) => ({ ...content, responses: swapped(random, content.responses) }),
    (content) => ({ ...content, responses: unique(moved(random, content.responses, anyKey())) }),
    (content) => ({ ...content, responses: grown(content.responses) }),
    (content) => ({ ...content, responses: content.responses.slice(1) }),
    (content) => ({ ...content, responses: content.responses.slice(1) }),
    (content) => ({ ...content, responses: [] }),
    (content) => ({ ...content, broken: !content.broken }),
    (content) => ({ ...content, dryRun: !content.dryRun }),
    (content) => content,
    (content) => ({ ...content, repairs: !content.repairs }),
    (content) => ({ ...content, deploys: !content.deploys }),
    ...(faults.profile.wide ? [shrunk, shrunk, shrunk] : []),
    ...(faults.profile.twoWay ? [turned, turned, turned] : []),
    anyContent,
  ];

  function drop(key: string, content: Content | undefined): void {
    const [, name] = /^events\/\d+\/com\.shop\/(.+)$/.exec(key) ?? [];
    const former: Author = name === undefined ? { key } : { key, source: { name, source: SOURCE } };
    send(authors.find((one) => one.key === key) ?? former, content);
  }

  function send(author: Author, content: Content | undefined): void {
    const { key } = author;
    const documentId = author.isFile ? `file:${key}` : `s3://${BUCKET}/${key}`;
    trace.write("author", content === undefined ? `removes ${key}` : `drops ${key}: ${JSON.stringify(content)}`);
    if (content === undefined) {
      if (author.isFile) pipeline.commandLine.run(key, undefined);
      else if (author.source === undefined) pipeline.bucket.remove(key);
      else pipeline.bridge.submit(author.source.source, author.source.name, undefined);
      return;
    }
    for (const response of content.responses) {
      const name = `${documentId} ${response.logicalId}`;
      if (response.retain) world.book.retained.add(name);
      const policy = response.retain ? "Retain" : response.erase ? "Delete" : "none";
      world.book.policies.set(name, (world.book.policies.get(name) ?? new Set()).add(policy));
      const place = `${documentId} ${formatNaturalKey(response)}`;
      if (response.adopt) world.book.adoptions.add(place);
      for (const name of Object.keys(response.properties)) world.book.declared.add(`${place} ${name}`);
    }
    const text = library.textOf(content);
    if (author.isFile) pipeline.commandLine.run(key, content);
    else if (author.source === undefined) pipeline.bucket.put(key, text);
    else pipeline.bridge.submit(author.source.source, author.source.name, text);
  }

  function act(): void {
    const author = random.pick(authors);
    actOn(author);
    // Two people have the same file checked out.
    if (author.isFile && random.chance(0.4)) scheduler.after(random.pick([0, 20, 200]), () => actOn(author));
  }

  function actOn(author: Author): void {
    if (random.chance(renames) && rename(author)) return;
    if (random.chance(moves) && move(author, random.pick(authors))) return;
    if (author.source === undefined && !author.isFile && faults.profile.versioned && random.chance(0.1)) {
      const which = random.chance(0.7) ? "newest" : "older";
      trace.write("author", `removes the ${which} version of ${author.key} for good`);
      pipeline.bucket.removeVersion(author.key, which);
      author.content = library.meaningOf(pipeline.bucket.current(author.key)?.body ?? "") as Content;
      if (author.content === undefined) delete author.content;
      return;
    }
    if (author.content === undefined) author.content = anyContent();
    else if (random.chance(0.2)) delete author.content;
    else
      author.content = {
        ...random.pick(edits)({ ...author.content, broken: author.content.broken && random.chance(0.3) }),
      };
    // A file with errors never comes to the ledger.
    if (author.isFile && author.content?.broken) author.content = { ...author.content, broken: false };
    drop(author.key, author.content);
  }

  /** One thing and then the other, in either order, with some time between them. */
  function inEitherOrder(one: () => void, other: () => void): void {
    const [first, second] = random.chance(0.6) ? [one, other] : [other, one];
    first();
    scheduler.after(random.pick([0, 50, 500, 5_000, 15_000, 300_000]), second);
  }

  /** A copy, and the old one deleted: `aws s3 mv`, or a folder that CI syncs. */
  function rename(author: Author): boolean {
    if (author.content === undefined || author.isFile) return false;
    renamed += 1;
    const former = { ...author };
    if (author.source === undefined) author.key = `sub${renamed}/${former.key.split("/").at(-1)}`;
    else {
      author.source = { ...author.source, name: `doc${renamed}-renamed.json` };
      author.key = `events/111122223333/${author.source.source}/${author.source.name}`;
    }
    trace.write("author", `renames ${former.key} to ${author.key}`);
    inEitherOrder(
      () => send(author, author.content),
      () => send(former, undefined),
    );
    return true;
  }

  /** A response goes from one document to another. */
  function move(from: Author, to: Author): boolean {
    const [moved] = from.content?.responses ?? [];
    if (moved === undefined || from === to || from.content === undefined || from.content.broken) return false;
    const { broken = false, responses: there = [] } = to.content ?? {};
    const isThere = there.some((one) => formatNaturalKey(one) === formatNaturalKey(moved));
    if (isThere || broken) return false;
    let { logicalId } = moved;
    while (there.some((one) => one.logicalId === logicalId)) logicalId = `${logicalId}M`;
    from.content = { ...from.content, responses: from.content.responses.slice(1) };
    to.content = { ...(to.content ?? NO_CONTENT), responses: unique([...there, { ...moved, logicalId }]) };
    trace.write("author", `moves ${moved.logicalId} from ${from.key} to ${to.key}`);
    inEitherOrder(
      () => send(to, to.content),
      () => send(from, from.content),
    );
    return true;
  }

  return { library, act, interfere: createMeddler(world, pipeline.cloud, anyKey), drop };
}

function makeAuthors(random: Prng, count: number, files: number): readonly Author[] {
  const sent = random.int(3);
  const paths = Array.from(
    { length: files },
    (_, index): Author => ({ key: `app/file${index + 1}.json`, isFile: true }),
  );
  const objects = Array.from({ length: count }, (_, index): Author => {
    const name = `doc${index + 1}.json`;
    if (index !== sent) return { key: name };
    return { key: `events/111122223333/${SOURCE}/${name}`, source: { name, source: SOURCE } };
  });
  return [...objects, ...paths];
}

function changeOne(random: Prng, content: Content, change: (response: DeclaredResponse) => DeclaredResponse): Content {
  const chosen = random.int(Math.max(1, content.responses.length));
  return { ...content, responses: content.responses.map((one, index) => (index === chosen ? change(one) : one)) };
}

/** Two responses change their places, and keep everything else. */
function swapped(random: Prng, responses: readonly DeclaredResponse[]): readonly DeclaredResponse[] {
  const [first, second, ...rest] = random.chance(0.5) ? responses : responses.toReversed();
  if (first === undefined || second === undefined) return responses;
  return [{ ...first, ...placeOf(second) }, { ...second, ...placeOf(first) }, ...rest];
}

function moved(
  random: Prng,
  responses: readonly DeclaredResponse[],
  to: IntegrationResponseName,
): readonly DeclaredResponse[] {
  const chosen = random.int(Math.max(1, responses.length));
  return responses.map((one, index) => (index === chosen ? { ...one, ...to } : one));
}

function unique(responses: readonly DeclaredResponse[]): readonly DeclaredResponse[] {
  return [...new Map(responses.map((one) => [formatNaturalKey(one), one])).values()];
}

function writable(properties: Properties): Properties {
  const { ResponseTemplates, ResponseParameters, TemplateSelectionExpression, ContentHandlingStrategy } = properties;
  return {
    ...(ResponseTemplates && { ResponseTemplates }),
    ...(ResponseParameters && { ResponseParameters }),
    ...(TemplateSelectionExpression && { TemplateSelectionExpression }),
    ...(ContentHandlingStrategy && { ContentHandlingStrategy }),
  };
}
