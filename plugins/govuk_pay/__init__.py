"""GOV.UK Pay: card payments on the government's own pay page."""
