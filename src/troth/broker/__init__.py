"""A Pact Broker: pacts fetched and published, results, and whether a version may be deployed."""
