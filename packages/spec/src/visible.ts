/** A text of the document must neither move the cursor of a terminal nor turn its writing round. */
export function visible(text: string): string {
  let shown = "";
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x09) shown += " ";
    else if (unit < 0x20) shown += String.fromCharCode(0x2400 + unit);
    else if (unit === 0x7f) shown += "\u2421";
    else if ((unit > 0x7f && unit < 0xa0) || isUnseen(unit)) shown += "\uFFFD";
    else shown += text.charAt(at);
  }
  return shown;
}

function isUnseen(unit: number): boolean {
  return (
    unit === 0x061c ||
    unit === 0xfeff ||
    (unit >= 0x200b && unit <= 0x200f) ||
    (unit >= 0x2028 && unit <= 0x202e) ||
    (unit >= 0x2066 && unit <= 0x2069)
  );
}
