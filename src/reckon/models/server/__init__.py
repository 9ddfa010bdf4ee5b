"""Speaking to a server of the OpenAI protocol: the connection, the two forms of request, the replies."""
