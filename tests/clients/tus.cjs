// Uploads a file with tus-js-client: broken off and resumed, taken back, and with its first piece in the first request.
// usage: node tus.cjs ENDPOINT FILE; prints one JSON object.
'use strict'

const fs = require('node:fs')
const tus = require('tus-js-client')

const [endpoint, file] = process.argv.slice(2)
const size = fs.statSync(file).size
const urlStorage = new tus.FileUrlStorage(`${file}.urls`)
const common = {
  endpoint,
  urlStorage,
  chunkSize: Math.ceil(size / 10),
  retryDelays: [100, 500, 1000],
  metadata: { filename: 'haus.json', filetype: 'application/json' },
}

/** Sends until about a third is there; gives the upload, which is still open. */
function begin(options) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(fs.createReadStream(file), {
      ...common,
      ...options,
      onError: reject,
      onSuccess: () => reject(new Error('the upload ended before it was broken off')),
      onChunkComplete: (_size, accepted) => {
        if (size / 3 < accepted && accepted < size) resolve(upload)
      },
    })
    upload.start()
  })
}

function finish(options, previous) {
  return new Promise((resolve, reject) => {
    let first
    const upload = new tus.Upload(fs.createReadStream(file), {
      ...common,
      ...options,
      onError: reject,
      onProgress: (sent) => {
        first ??= sent
      },
      onSuccess: () => resolve({ url: upload.url, first }),
    })
    if (previous) upload.resumeFromPreviousUpload(previous)
    upload.start()
  })
}

async function main() {
  const broken = await begin({})
  await broken.abort()
  const [previous] = await new tus.Upload(fs.createReadStream(file), common).findPreviousUploads()
  const resumed = await finish({}, previous)
  if (resumed.url !== broken.url) throw new Error(`resumed as ${resumed.url}, begun as ${broken.url}`)

  const taken = await begin({ storeFingerprintForResuming: false })
  await taken.abort(true)
  const gone = await fetch(taken.url, { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } })

  const atOnce = await finish({ uploadDataDuringCreation: true, storeFingerprintForResuming: false })
  console.log(
    JSON.stringify({ url: resumed.url, resumed_at: resumed.first, terminated: gone.status, at_once: atOnce.url }),
  )
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
