// A photo made small on the phone: drawn anew, so that nothing of what the camera notes goes along.

const gmPhoto = (() => {
  const LONGEST_PX = 1280;
  const MOST_BYTES = 400_000; // as the planner's side would take 600,000
  const QUALITIES = [0.75, 0.6, 0.45, 0.3];

  const bytesOf = (url) => Math.floor((url.length - url.indexOf(",") - 1) * 0.75);

  // Gives a data: address; nothing where the file is no picture that the browser can read.
  async function shrink(file) {
    let picture;
    try {
      picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      return "";
    }
    const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; // a picture that one can see through
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    for (const quality of QUALITIES) {
      const url = canvas.toDataURL("image/jpeg", quality);
      if (bytesOf(url) <= MOST_BYTES) return url;
    }
    return "";
  }

  return { shrink };
})();
