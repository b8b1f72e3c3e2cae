/** The files of a model, wherever they are. */
export interface ModelFiles {
  /** Folder or address, as an error should call it. */
  where: string;
  /** What is there, at the top level. */
  names: readonly string[];
  readText(name: string): Promise<string>;
  open(name: string): Promise<OpenFile>;
}

/** A file of which parts can be read. */
export interface OpenFile {
  /** Path or address, as an error should call it. */
  name: string;
  /** Bytes. */
  size: number;
  /** The bytes from `start` on; fewer than `length` only at the end of the file. */
  read(start: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}
