"""The features that come with the hub: plugins like anyone's, which import the SDK only."""
