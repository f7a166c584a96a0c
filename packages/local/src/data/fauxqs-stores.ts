import type { DatabaseSync } from "node:sqlite";
import type { buildApp } from "fauxqs";
import { internal } from "../fauxqs-internal.ts";

export type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>["stores"]>;

/** What fauxqs keeps its state with. The package shows it only to a server of its own, which listens to the whole network. */
interface StorePersistence {
  readonly db: DatabaseSync;
  load(sqs: Stores["sqsStore"], sns: Stores["snsStore"], s3: Stores["s3Store"]): void;
  insertMessage(queueName: string, message: { readonly messageId: string }): void;
  deleteMessage(messageId: string): void;
  close(): void;
}

type Class<Instance, Args extends readonly unknown[] = []> = new (...args: Args) => Instance;

/** Objects, queues and messages in memory. */
export async function memoryStores(): Promise<Stores> {
  const { SqsStore } = await internal<{ SqsStore: Class<Stores["sqsStore"]> }>("sqs/sqsStore.js");
  const { SnsStore } = await internal<{ SnsStore: Class<Stores["snsStore"]> }>("sns/snsStore.js");
  const { S3Store } = await internal<{ S3Store: Class<Stores["s3Store"]> }>("s3/s3Store.js");
  return { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
}

/** Objects, queues and their messages as fauxqs keeps them in `folder`, in SQLite: written before each reply. */
export async function openStores(folder: string): Promise<{ readonly stores: Stores; close(): void }> {
  const { PersistenceManager } = await internal<{ PersistenceManager: Class<StorePersistence, [string]> }>(
    "persistence.js",
  );

  const persistence = new PersistenceManager(folder);
  // A killed process is what is survived here, not a power cut.
  persistence.db.exec("PRAGMA synchronous = OFF");
  returnDeliveries(persistence.db);
  moveMessagesWhole(persistence);

  const stores = await memoryStores();
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  for (const store of [...Object.values(stores), ...stores.sqsStore.allQueues()]) Object.assign(store, { persistence });
  return { stores, close: () => persistence.close() };
}

/** Nobody holds what was being worked on when the process ended: it is delivered again at once, and that counts for nothing. */
function returnDeliveries(database: DatabaseSync): void {
  database.exec(`UPDATE sqs_messages
    SET receipt_handle = NULL, visibility_deadline = NULL,
        approximate_receive_count = max(0, approximate_receive_count - 1)
    WHERE receipt_handle IS NOT NULL`);
}

/** Fauxqs deletes a message before it puts it among the dead letters; a kill in between must not lose it. */
function moveMessagesWhole(persistence: StorePersistence): void {
  const deleted = new Set<string>();
  const insertMessage = persistence.insertMessage.bind(persistence);
  const deleteMessage = persistence.deleteMessage.bind(persistence);
  persistence.deleteMessage = (messageId) => {
    deleted.add(messageId);
    queueMicrotask(() => {
      if (deleted.delete(messageId)) deleteMessage(messageId);
    });
  };
  persistence.insertMessage = (queueName, message) => {
    deleted.delete(message.messageId);
    insertMessage(queueName, message);
  };
}
