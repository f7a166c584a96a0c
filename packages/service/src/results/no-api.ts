/** The change set of results that concern no API: a rejected document, or one that asks nothing. */
export const NO_API = "";
