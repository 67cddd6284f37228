// Pages to read before one submits or publishes them. Once they are there, what was refused is scrolled to.

import { growFrame, whenLoaded } from "../page_frame.js";

const frames = [...document.querySelectorAll(".reviewed-page iframe")];
await Promise.all(frames.map((frame) => new Promise((resolve) => {
  whenLoaded(frame, () => {
    growFrame(frame);
    resolve();
  });
})));
document.querySelector(".review-side :is(.errorlist, .errornote)")?.scrollIntoView({ block: "center" });
document.body.dataset.ready = "true";
