import type { VNode } from "preact";
import type { IntegrationState } from "../state.ts";
import { shortTime } from "./clock.ts";
import { html } from "./html.ts";
import { hrefOf } from "./links.ts";
import { clockOf, Time } from "./text.ts";
import { TryIt } from "./try-it.ts";
import { apiOf, type PageProps } from "./ui.ts";

/** What does a client get? A view of its own, for one route of an API. */
export function TryPage(props: PageProps): VNode {
  const { state, ui } = props;
  const { place } = ui;
  const apiId = place.kind === "try" ? place.apiId : "";
  const wanted = place.kind === "try" ? place.route : "";
  const api = apiOf(props, apiId);
  const choices = (api?.integrations ?? []).flatMap(waysTo);
  const chosen =
    choices.find(({ route, integration }) => route === wanted || (wanted === "" && integration !== undefined)) ??
    choices[0];
  const at = state.where.comparedAt ?? state.at;
  return html`<main class="try-page">
    <nav class="crumbs" aria-label="Where you are"><a href="#">All APIs</a> / <a href=${hrefOf({ kind: "api", apiId })}>${api?.name ?? apiId}</a> / <span aria-current="page">Try it</span></nav>
    <h1 id="try-title" tabindex="-1">What does a client get?</h1>
    <p class="line">Type what the backend replies. It runs in this page; nothing is sent anywhere. <span class="quiet">as of <${Time} at=${at} said=${shortTime(at, ui.now, clockOf(state))} /></span></p>
    ${choices.length === 0 && html`<p class="quiet">${api === undefined ? "There is no such API." : api.integrations === undefined ? "Reading…" : "This API has no integration with responses."}</p>`}
    ${
      chosen !== undefined &&
      html`<${Route} choices=${choices} chosen=${chosen} apiId=${apiId} act=${props.act} />
      <${TryIt} key=${chosen.name} ...${props} apiId=${apiId} integration=${chosen.integration} route=${chosen.route} />`
    }
  </main>`;
}

interface RouteChoice {
  readonly name: string;
  /** As the address has it: a route's key, or an integration's id where no route is known. */
  readonly route: string;
  readonly integration: IntegrationState;
}

function waysTo(integration: IntegrationState): readonly RouteChoice[] {
  const { integrationId, type, responses, routes } = integration;
  const keys = `${responses.length} ${responses.length === 1 ? "key" : "keys"}`;
  const about = [integrationId, ...(type === undefined ? [] : [type]), keys].join(", ");
  if (routes.length === 0) return [{ name: about, route: integrationId, integration }];
  return routes.map(({ name }) => ({ name: `${name} → ${about}`, route: name, integration }));
}

interface RouteProps extends Pick<PageProps, "act"> {
  readonly choices: readonly RouteChoice[];
  readonly chosen: RouteChoice;
  readonly apiId: string;
}

function Route({ choices, chosen, apiId, act }: RouteProps): VNode {
  const choose = ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
    act({ kind: "go", place: { kind: "try", apiId, route: currentTarget.value } });
  return html`<label class="field f-route"><span>Route</span><select id="route" onChange=${choose}>${choices.map(({ name, route }) => html`<option key=${name} value=${route} selected=${route === chosen.route}>${name}</option>`)}</select></label>`;
}
