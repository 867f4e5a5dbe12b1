/**
 * The protobuf messages that TensorBoard reads, as far as they are written here. Numbers of fields are those of
 * tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto. No maintained npm package writes them
 * without libtensorflow.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Histogram } from './histogram.js'

export interface Picture {
  readonly png: Uint8Array
  readonly width: number
  readonly height: number
}

/** The values that one event tells, by tag. */
export interface Summary {
  readonly scalars?: Readonly<Record<string, number>>
  readonly images?: Readonly<Record<string, Picture>>
  readonly histograms?: Readonly<Record<string, Histogram>>
}

export type EventContent =
  /** The first event of a file. */
  | { readonly kind: 'version' }
  /** A program begins (again) at this step: readers forget what they know of it and of later ones. */
  | { readonly kind: 'start' }
  | { readonly kind: 'summary', readonly summary: Summary }

export interface TensorBoardEvent {
  /** Seconds since 1970. */
  readonly wallTime: number
  readonly step: number
  readonly content: EventContent
}

/** From this version on readers heed `start`. */
const FILE_VERSION = 'brain.Event:2'
const SESSION_START = 1

export function encodeEvent ({ wallTime, step, content }: TensorBoardEvent): Uint8Array {
  const event = new BinaryWriter()
  event.tag(1, WireType.Bit64).double(wallTime)
  event.tag(2, WireType.Varint).int64(step)
  switch (content.kind) {
    case 'version':
      event.tag(3, WireType.LengthDelimited).string(FILE_VERSION)
      break
    case 'start':
      message(event, 7, session => session.tag(1, WireType.Varint).int32(SESSION_START))
      break
    case 'summary':
      message(event, 5, writer => writeSummary(writer, content.summary))
  }
  return event.finish()
}

function writeSummary (summary: BinaryWriter, { scalars = {}, images = {}, histograms = {} }: Summary): void {
  const value = (tag: string, write: (value: BinaryWriter) => void) => message(summary, 1, writer => {
    writer.tag(1, WireType.LengthDelimited).string(tag)
    write(writer)
  })
  for (const [tag, scalar] of Object.entries(scalars)) value(tag, writer => writer.tag(2, WireType.Bit32).float(scalar))
  for (const [tag, image] of Object.entries(images)) {
    value(tag, writer => message(writer, 4, picture => writePicture(picture, image)))
  }
  for (const [tag, histogram] of Object.entries(histograms)) {
    value(tag, writer => message(writer, 5, histo => writeHistogram(histo, histogram)))
  }
}

function writePicture (writer: BinaryWriter, { png, width, height }: Picture): void {
  writer.tag(1, WireType.Varint).int32(height)
  writer.tag(2, WireType.Varint).int32(width)
  writer.tag(4, WireType.LengthDelimited).bytes(png)
}

function writeHistogram (
  writer: BinaryWriter,
  { min, max, count, sum, sumOfSquares, limits, counts }: Histogram
): void {
  ;[min, max, count, sum, sumOfSquares].forEach((value, i) => writer.tag(i + 1, WireType.Bit64).double(value))
  for (const [field, list] of [
    [6, limits],
    [7, counts],
  ] as const) {
    message(writer, field, packed => {
      for (const value of list) packed.double(value)
    })
  }
}

function message (writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork()
  write(writer)
  writer.join()
}
