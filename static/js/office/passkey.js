// Make or use a passkey. The server's options are in the page; the answer of the browser goes back as JSON. A code that
// was typed instead is sent as it is.
{
  const form = document.querySelector("form[data-passkey]");
  const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
  const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const readOptions = () => {
    const { publicKey } = JSON.parse(document.getElementById("passkey-options").textContent);
    publicKey.challenge = decode(publicKey.challenge);
    if (publicKey.user) publicKey.user.id = decode(publicKey.user.id);
    for (const listed of [publicKey.excludeCredentials ?? [], publicKey.allowCredentials ?? []]) {
      for (const credential of listed) credential.id = decode(credential.id);
    }
    return { publicKey };
  };

  const serialize = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = encode(credential.response[name]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: encode(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  if (form && navigator.credentials && window.PublicKeyCredential) {
    form.hidden = false;
    const answer = form.querySelector("[name$=answer]");
    form.addEventListener("submit", async (event) => {
      if (answer.value || [...form.querySelectorAll("[data-instead-of-passkey]")].some((field) => field.value.trim())) return;
      event.preventDefault();
      const error = form.querySelector("[data-passkey-error]");
      error.hidden = true;
      try {
        answer.value = serialize(await navigator.credentials[form.dataset.passkey](readOptions()));
      } catch {
        error.hidden = false; // the user said no, waited too long, or has no passkey here
        return;
      }
      form.submit();
    });
  }
}
