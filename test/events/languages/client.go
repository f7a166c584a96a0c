package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	bridge "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	ctx := context.Background()
	settings, err := config.LoadDefaultConfig(ctx)
	check(err)
	bus, queue := eventbridge.NewFromConfig(settings), sqs.NewFromConfig(settings)
	url := aws.String(os.Getenv("QUEUE_URL"))
	waiting, answers := map[string]bool{}, map[string]int{}

	for first := 0; first < 50; first += 10 {
		var entries []bridge.PutEventsRequestEntry
		for number := first; number < first+10; number++ {
			id := fmt.Sprintf("go-%d", number)
			waiting[id] = true
			response := map[string]any{"IntegrationResponseKey": fmt.Sprintf("/go%d/", number)}
			if number%10 == 9 {
				response["Unknown"] = 1
			}
			detail, err := json.Marshal(map[string]any{
				"name": fmt.Sprintf("go/%d", number), "correlationId": id,
				"document": map[string]any{
					"ApiId": os.Getenv("API_ID"), "IntegrationId": os.Getenv("INTEGRATION_ID"),
					"IntegrationResponses": map[string]any{"golang": response},
				},
			})
			check(err)
			entries = append(entries, bridge.PutEventsRequestEntry{
				EventBusName: aws.String(os.Getenv("BUS")), Source: aws.String("languages.go"),
				DetailType: aws.String("SpecSubmitted"), Detail: aws.String(string(detail)),
			})
		}
		reply, err := bus.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: entries})
		check(err)
		if reply.FailedEntryCount != 0 {
			panic("entries failed")
		}
	}

	for len(waiting) > 0 {
		reply, err := queue.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 2})
		check(err)
		for _, message := range reply.Messages {
			// The type is generated from SpecdropEvent.json, and checks what it reads.
			var event SpecdropEventJson
			check(json.Unmarshal([]byte(*message.Body), &event))
			id := event.Detail.Metadata.CorrelationId
			for _, change := range event.Detail.Data.Changes {
				if change.Status == ChangeStatusFailed && change.Error == nil {
					panic("a change failed for no reason")
				}
			}
			if waiting[id] {
				delete(waiting, id)
				answers[string(event.DetailType)]++
			}
			_, err := queue.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: message.ReceiptHandle})
			check(err)
		}
	}
	said, err := json.Marshal(answers)
	check(err)
	fmt.Printf("50 sent, 50 answered under their ids: %s\n", said)
}
