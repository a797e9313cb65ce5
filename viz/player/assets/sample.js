// Sample: the player on a sample; its page is stored compressed in the playground's, and gets the current numbers.
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

async function playSample(learner, row) {
  const { sample } = learner.plan, data = {};
  const put = (places, numbers, first = 0) => places.forEach((place, k) => { if (place >= 0) data[place] = String(numbers[first + k]); });  // JSON has no nan
  put(sample.parameters, learner.parameters);
  put(sample.inputs, learner.x, row * learner.inputs);
  put(sample.targets, learner.targets, row * learner.wide);
  const heading = { title: `Row ${row} at step ${learner.steps}`, summary: sample.summary };
  const page = await unpacked(sample.page), frame = html("iframe", { title: "The player" });
  frame.addEventListener("load", () => frame.focus());
  frame.srcdoc = page.replace("/*numbers*/null", () => JSON.stringify({ heading, theme: document.documentElement.dataset.theme, data, framed: true }));  // without a chosen theme it follows the system
  onmessage = ({ source }) => { if (source === frame.contentWindow) $("sample").close(); };
  $("frame").replaceChildren(frame);
  $("sample").showModal();
}
