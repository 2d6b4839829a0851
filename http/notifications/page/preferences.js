// Lets this browser be told: the page works without it.
const box = document.getElementById("push");

if (box && "serviceWorker" in navigator && "PushManager" in self) start(box);

async function start(box) {
  const { key, url, ...texts } = box.dataset;
  const button = box.querySelector("button"), state = box.querySelector("[role=status]");
  const worker = await navigator.serviceWorker.register("/t/assets/push_worker.js");
  let subscription = await worker.pushManager.getSubscription();
  const show = (text) => {
    button.textContent = subscription ? texts.off : texts.on;
    state.textContent = text ?? (subscription ? texts.isOn : texts.isOff);
  };
  const tell = async (method, one) => {
    const body = JSON.stringify(one);
    const answer = await fetch(url, { method, body, headers: { "content-type": "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
  };
  const turnOn = async () => {
    subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    await tell("POST", subscription);
  };
  const turnOff = async () => {
    await tell("DELETE", subscription);
    await subscription.unsubscribe();
    subscription = null;
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if (!subscription && await Notification.requestPermission() !== "granted") return show(texts.denied);
      await (subscription ? turnOff() : turnOn());
      show();
    } catch (error) {
      console.error(error);
      show(texts.failed);
    } finally {
      button.disabled = false;
    }
  });
  // Told of another order before, it may not be of this one: saying so twice changes nothing.
  if (subscription) await tell("POST", subscription);
  show();
  box.hidden = false;
}
