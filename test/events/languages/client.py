import json
import os
from collections import Counter

import boto3

bus = boto3.client("events")
sqs = boto3.client("sqs")
queue = os.environ["QUEUE_URL"]
waiting = set()
answers = Counter()


def entry(number):
    correlation_id = f"python-{number}"
    waiting.add(correlation_id)
    response = {"IntegrationResponseKey": f"/py{number}/", **({"Unknown": 1} if number % 10 == 9 else {})}
    document = {
        "ApiId": os.environ["API_ID"],
        "IntegrationId": os.environ["INTEGRATION_ID"],
        "IntegrationResponses": {"py": response},
    }
    detail = {"name": f"python/{number}", "document": document, "correlationId": correlation_id}
    return {
        "EventBusName": os.environ["BUS"],
        "Source": "languages.python",
        "DetailType": "SpecSubmitted",
        "Detail": json.dumps(detail),
    }


for first in range(0, 50, 10):
    reply = bus.put_events(Entries=[entry(number) for number in range(first, first + 10)])
    assert reply["FailedEntryCount"] == 0, reply

while waiting:
    reply = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=2)
    for message in reply.get("Messages", []):
        event = json.loads(message["Body"])
        metadata, data = event["detail"]["metadata"], event["detail"]["data"]
        if event["detail-type"] in ("SpecRejected", "ApplyFailed"):
            assert data["reason"].endswith("."), data
        if metadata["correlationId"] in waiting:
            waiting.remove(metadata["correlationId"])
            answers[event["detail-type"]] += 1
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

print(f"50 sent, 50 answered under their ids: {json.dumps(dict(answers))}")
